using System.Runtime.InteropServices;

namespace Distribution.Inventory.Allocating;

/// <summary>
/// Solves a <see cref="TransportProblem"/> to the proven optimum by the primal network simplex method (Dantzig 1951) on
/// strongly feasible trees (Cunningham 1976), which cannot cycle however many solutions are equally good. Deterministic:
/// it depends on the order of the problem's parts and on nothing else.
/// </summary>
/// <remarks>
/// One node stands beside supplies and demands, the root: a supply sends there what is not used, for nothing, and a demand
/// takes from there what is left unmet, at its unmet cost. So leaving all unmet is a tree to start from, every arc is
/// unbounded, and an arc's direction follows from the node below it: supplies send up, demands take from above.
/// </remarks>
public sealed class NetworkSimplex
{
    /// <summary>Stands for the arc between a node and the root.</summary>
    private const int RootArc = -1;

    private const int None = -1;

    /// <summary>Arcs that are looked at before the best of them enters: fewer make poor choices, more make slow ones. Measured.</summary>
    private const int LeastBlock = 64;

    private readonly TransportProblem _problem;
    private readonly int _supplies;
    private readonly int _demands;
    private readonly int _root;
    private readonly int _block;

    // Arcs, demand by demand, and where each stands in the problem; null where in the same place.
    private readonly int[] _rowStart;
    private readonly TransportArc[] _arcs;
    private readonly int[]? _arcPosition;

    // The tree. The flow of a node is that of the arc between it and its parent.
    private readonly int[] _parent;
    private readonly int[] _firstChild;
    private readonly int[] _nextSibling;
    private readonly int[] _previousSibling;
    private readonly int[] _depth;
    private readonly int[] _arc;
    private readonly int[] _flow;
    private readonly long[] _price;

    private int _row;
    private int _pivots;

    private NetworkSimplex(TransportProblem problem)
    {
        _problem = problem;
        _supplies = problem.Capacities.Length;
        _demands = problem.Demands.Length;
        _root = _supplies + _demands;
        _block = Math.Max(LeastBlock, (int)Math.Sqrt(problem.Arcs.Length) / 2);

        _rowStart = new int[_demands + 1];
        (_arcs, _arcPosition) = ArrangeByDemand();

        _parent = new int[_root + 1];
        _firstChild = new int[_root + 1];
        _nextSibling = new int[_root + 1];
        _previousSibling = new int[_root + 1];
        _depth = new int[_root + 1];
        _arc = new int[_root + 1];
        _flow = new int[_root + 1];
        _price = new long[_root + 1];
        PlantTree();
    }

    public static TransportSolution Solve(TransportProblem problem)
    {
        var simplex = new NetworkSimplex(problem);
        while (simplex.FindEntering(out var tail, out var head, out var arc, out var reducedCost))
            simplex.Pivot(tail, head, arc, reducedCost);
        return simplex.Read();
    }

    private (TransportArc[] Arcs, int[]? Position) ArrangeByDemand()
    {
        // Read only: what is in order is not copied.
        var arcs = ImmutableCollectionsMarshal.AsArray(_problem.Arcs)!;
        var inOrder = true;
        var before = 0;
        foreach (ref readonly var arc in arcs.AsSpan())
        {
            _rowStart[arc.Demand + 1]++;
            inOrder &= arc.Demand >= before;
            before = arc.Demand;
        }

        for (var demand = 0; demand < _demands; demand++)
            _rowStart[demand + 1] += _rowStart[demand];
        if (inOrder)
            return (arcs, null);

        var next = _rowStart.AsSpan(0, _demands).ToArray();
        var (arranged, position) = (new TransportArc[arcs.Length], new int[arcs.Length]);
        for (var i = 0; i < arcs.Length; i++)
        {
            var at = next[arcs[i].Demand]++;
            arranged[at] = arcs[i];
            position[at] = i;
        }

        return (arranged, position);
    }

    private void PlantTree()
    {
        Array.Fill(_firstChild, None);
        Array.Fill(_nextSibling, None);
        Array.Fill(_previousSibling, None);
        _parent[_root] = None;
        for (var node = _root - 1; node >= 0; node--)
        {
            _arc[node] = RootArc;
            _depth[node] = 1;
            if (node < _supplies)
            {
                _flow[node] = _problem.Capacities[node];
            }
            else
            {
                var demand = _problem.Demands[node - _supplies];
                _flow[node] = demand.Quantity;
                _price[node] = demand.UnmetCost;
                // An arc from above without flow would let the method cycle; who wants nothing is priced at the end.
                if (demand.Quantity == 0)
                {
                    _parent[node] = None;
                    continue;
                }
            }

            Attach(node, _root);
        }
    }

    /// <summary>The most promising arc of the next block that has any. The arcs to the root that stand for unused supply are a row of their own.</summary>
    private bool FindEntering(out int tail, out int head, out int arc, out long reducedCost)
    {
        tail = head = arc = None;
        reducedCost = 0;
        var looked = 0;
        for (var rows = 0; rows <= _demands; rows++)
        {
            if (_row == _demands)
            {
                for (var supply = 0; supply < _supplies; supply++)
                {
                    if (_price[supply] >= reducedCost)
                        continue;
                    reducedCost = _price[supply];
                    (tail, head, arc) = (supply, _root, RootArc);
                }

                looked += _supplies;
                _row = 0;
            }
            else
            {
                looked += LookAtRow(_row, ref tail, ref head, ref arc, ref reducedCost);
                _row++;
            }

            if (looked >= _block && arc != None | head != None)
                return true;
        }

        return head != None;
    }

    private int LookAtRow(int demand, ref int tail, ref int head, ref int arc, ref long reducedCost)
    {
        var node = _supplies + demand;
        if (_parent[node] == None)
            return 0;
        var price = _price[node];
        var start = _rowStart[demand];
        var arcs = _arcs.AsSpan(start, _rowStart[demand + 1] - start);
        var prices = _price.AsSpan();
        var least = reducedCost + price;
        var best = None;
        for (var i = 0; i < arcs.Length; i++)
        {
            var delivered = arcs[i].Cost + prices[arcs[i].Supply];
            if (delivered < least)
            {
                least = delivered;
                best = i;
            }
        }

        if (best != None)
        {
            reducedCost = least - price;
            (tail, head, arc) = (arcs[best].Supply, node, start + best);
        }

        var unmet = _problem.Demands[demand].UnmetCost - price;
        if (unmet < reducedCost)
        {
            reducedCost = unmet;
            (tail, head, arc) = (_root, node, RootArc);
        }

        return arcs.Length + 1;
    }

    /// <summary>Sends around the cycle that the arc closes what its scarcest opposing arc allows, and lets that one leave the tree.</summary>
    private void Pivot(int tail, int head, int arc, long reducedCost)
    {
        _pivots++;
        var (leaving, amount, belowTail) = FindLeaving(tail, head, out var join);

        for (var node = tail; node != join; node = _parent[node])
            _flow[node] += node < _supplies ? -amount : amount;
        for (var node = head; node != join; node = _parent[node])
            _flow[node] += node < _supplies ? amount : -amount;

        if (belowTail)
            Rehang(tail, head, arc, amount, leaving, -reducedCost);
        else
            Rehang(head, tail, arc, amount, leaving, reducedCost);
    }

    /// <summary>
    /// Of the arcs that run dry, the last one met on the way around from the join, down to the tail, over the new arc and up
    /// from its head: that keeps the tree strongly feasible.
    /// </summary>
    private (int Leaving, int Amount, bool BelowTail) FindLeaving(int tail, int head, out int join)
    {
        var (leaving, amount, belowTail) = (None, int.MaxValue, true);
        var (left, right) = (tail, head);
        // The order in which the two sides are walked does not matter: a tie between them goes to the head's side.
        var (headLeaving, headAmount) = (None, int.MaxValue);
        while (left != right)
        {
            if (_depth[left] >= _depth[right])
            {
                if (left < _supplies && _flow[left] < amount)
                    (leaving, amount) = (left, _flow[left]);
                left = _parent[left];
            }
            else
            {
                if (right >= _supplies && _flow[right] <= headAmount)
                    (headLeaving, headAmount) = (right, _flow[right]);
                right = _parent[right];
            }
        }

        join = left;
        if (headLeaving != None && headAmount <= amount)
            (leaving, amount, belowTail) = (headLeaving, headAmount, false);
        return (leaving, amount, belowTail);
    }

    /// <summary>Turns the part of the tree under the leaving arc so that <paramref name="node"/> is its top, and hangs it under <paramref name="under"/>.</summary>
    private void Rehang(int node, int under, int arc, int flow, int leaving, long shift)
    {
        var top = node;
        var parent = under;
        while (true)
        {
            var (oldParent, oldArc, oldFlow) = (_parent[node], _arc[node], _flow[node]);
            Detach(node);
            Attach(node, parent);
            (_arc[node], _flow[node]) = (arc, flow);
            if (node == leaving)
                break;
            (parent, node, arc, flow) = (node, oldParent, oldArc, oldFlow);
        }

        Shift(top, shift);
    }

    private void Shift(int top, long shift)
    {
        var node = top;
        while (true)
        {
            _price[node] += shift;
            _depth[node] = _depth[_parent[node]] + 1;
            if (_firstChild[node] != None)
            {
                node = _firstChild[node];
                continue;
            }

            while (node != top && _nextSibling[node] == None)
                node = _parent[node];
            if (node == top)
                return;
            node = _nextSibling[node];
        }
    }

    private void Attach(int node, int parent)
    {
        var first = _firstChild[parent];
        _parent[node] = parent;
        _previousSibling[node] = None;
        _nextSibling[node] = first;
        if (first != None)
            _previousSibling[first] = node;
        _firstChild[parent] = node;
    }

    private void Detach(int node)
    {
        var (previous, next) = (_previousSibling[node], _nextSibling[node]);
        if (previous == None)
            _firstChild[_parent[node]] = next;
        else
            _nextSibling[previous] = next;
        if (next != None)
            _previousSibling[next] = previous;
    }

    private TransportSolution Read()
    {
        var flows = new int[_arcs.Length];
        var unmet = new int[_demands];
        Int128 objective = 0;
        for (var node = 0; node < _root; node++)
        {
            if (_arc[node] != RootArc)
            {
                flows[_arcPosition?[_arc[node]] ?? _arc[node]] = _flow[node];
                objective += (Int128)_arcs[_arc[node]].Cost * _flow[node];
            }
            else if (node >= _supplies)
            {
                unmet[node - _supplies] = _flow[node];
                objective += (Int128)_problem.Demands[node - _supplies].UnmetCost * _flow[node];
            }
        }

        for (var demand = 0; demand < _demands; demand++)
        {
            if (_parent[_supplies + demand] != None)
                continue;
            ref var price = ref _price[_supplies + demand];
            for (var i = _rowStart[demand]; i < _rowStart[demand + 1]; i++)
                price = Math.Min(price, _arcs[i].Cost + _price[_arcs[i].Supply]);
        }

        return new TransportSolution(
            ImmutableCollectionsMarshal.AsImmutableArray(flows),
            ImmutableCollectionsMarshal.AsImmutableArray(unmet),
            new OptimalityCertificate(objective, [.. _price.AsSpan(0, _supplies)], [.. _price.AsSpan(_supplies, _demands)]),
            _pivots);
    }
}
