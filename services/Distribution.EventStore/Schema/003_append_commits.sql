-- Appends many commits in one transaction: each all or nothing, independent of the others.
--
-- The steps are in this order for a reason:
--   * rows are locked in one global order (streams by id, then inbox by key, then new streams by id): no deadlock;
--   * a sequence number is drawn only for events of commits that can no longer lose: losers leave no gap;
--   * the expected versions were read before this transaction began. PostgreSQL gives the transaction its id at the
--     first lock below, so whoever wrote the version that we expect has a lower id: the log's order by
--     (transaction_id, seq_id) is the order within every stream.
--
-- No stream and no key may stand in two commits of one call.
-- outcome: 0 committed, 1 conflict (stream_id, expected, actual), 2 key handled before (handled_in, fingerprint).
create function append_commits(
    p_keys varchar[], p_fingerprints varchar[],
    p_stream_commit int[], p_stream_id varchar[], p_stream_expected bigint[], p_stream_count int[],
    p_event_commit int[], p_event_stream varchar[], p_event_version bigint[], p_event_id uuid[], p_event_type varchar[],
    p_event_data jsonb[], p_event_headers jsonb[], p_event_user varchar[], p_event_correlation varchar[], p_event_causation varchar[],
    p_deadline_commit int[], p_deadline_name varchar[], p_deadline_stream varchar[], p_deadline_due timestamptz[])
returns table (commit_no int, outcome smallint, transaction_id xid8, seq_id bigint,
    stream_id varchar, expected bigint, actual bigint, handled_in xid8, fingerprint varchar)
language plpgsql security definer set search_path = public, pg_temp
-- The first calls plan for empty tables; a plan that scans them would be kept while they grow.
set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    v_handled int[] := '{}';
    v_lost int[] := '{}';
    v_lost_stream varchar[] := '{}';
    v_lost_expected bigint[] := '{}';
    v_lost_actual bigint[] := '{}';
    v_ids varchar[];
    v_versions bigint[];
    v_taken varchar[];
    v_out int[];
    v_late int[];
    v_commits int[];
    v_last bigint[];
    v_version bigint;
begin
    -- One commit on one stream that exists, as most are when nothing is waiting: the same steps in the same order, shorter.
    if cardinality(p_keys) = 1 and p_keys[1] is not null and cardinality(p_stream_id) = 1
        and p_stream_expected[1] > 0 and p_stream_count[1] > 0 and cardinality(p_deadline_due) = 0 then
        select s.version into v_version from mt_streams s where s.id = p_stream_id[1] for update;
        if v_version = p_stream_expected[1] then
            insert into inbox (key, fingerprint) values (p_keys[1], p_fingerprints[1]) on conflict do nothing;
            if found then
                update mt_streams s set version = s.version + p_stream_count[1], timestamp = clock_timestamp() where s.id = p_stream_id[1];
                return query
                with numbered as (
                    insert into mt_events (seq_id, id, stream_id, version, data, type, headers, user_name, correlation_id, causation_id)
                    select nextval('mt_events_sequence'), e.id, p_stream_id[1], e.version, e.data, e.type, e.headers, e.user_name, e.correlation, e.causation
                    from unnest(p_event_version, p_event_id, p_event_type, p_event_data, p_event_headers, p_event_user, p_event_correlation, p_event_causation)
                        e(version, id, type, data, headers, user_name, correlation, causation)
                    returning seq_id)
                select 1, 0::smallint, pg_current_xact_id(), max(n.seq_id), null::varchar, null::bigint, null::bigint, null::xid8, null::varchar from numbered n;
                perform pg_notify('events_appended', '');
                return;
            end if;
        end if;
        return query
        select 1, case when i.key is null then 1 else 2 end::smallint, pg_current_xact_id(), null::bigint,
            p_stream_id[1], p_stream_expected[1], coalesce(v_version, 0), i.transaction_id, i.fingerprint
        from (select) one left join inbox i on i.key = p_keys[1];
        return;
    end if;

    -- Handled before: a repeat is a repeat even where its versions have moved on since.
    select coalesce(array_agg(k.no::int), '{}') into v_handled
    from unnest(p_keys) with ordinality k(key, no) join inbox i on i.key = k.key;

    select coalesce(array_agg(l.id), '{}'), coalesce(array_agg(l.version), '{}') into v_ids, v_versions
    from (select s.id, s.version from mt_streams s where s.id = any (p_stream_id) order by s.id for update) l;

    select coalesce(array_agg(w.commit_no), '{}'), coalesce(array_agg(w.id), '{}'), coalesce(array_agg(w.expected), '{}'), coalesce(array_agg(w.actual), '{}')
    into v_lost, v_lost_stream, v_lost_expected, v_lost_actual
    from (
        select distinct on (s.commit_no) s.commit_no, s.id, s.expected, coalesce(l.version, 0) as actual
        from unnest(p_stream_commit, p_stream_id, p_stream_expected) s(commit_no, id, expected)
        left join unnest(v_ids, v_versions) l(id, version) on l.id = s.id
        where coalesce(l.version, 0) <> s.expected and s.commit_no <> all (v_handled)
        order by s.commit_no, s.id) w;
    v_out := v_handled || v_lost;

    with taken as (
        insert into inbox (key, fingerprint)
        select k.key, k.fingerprint
        from unnest(p_keys, p_fingerprints) with ordinality k(key, fingerprint, no)
        where k.key is not null and k.no <> all (v_out)
        order by k.key
        on conflict do nothing
        returning key)
    select coalesce(array_agg(key), '{}') into v_taken from taken;
    -- Somebody else handled the key between the first look and now.
    select coalesce(array_agg(k.no::int), '{}') into v_late
    from unnest(p_keys) with ordinality k(key, no)
    where k.key is not null and k.no <> all (v_out) and k.key <> all (v_taken);
    v_handled := v_handled || v_late;
    v_out := v_out || v_late;

    with opened as (
        insert into mt_streams (id, type, version)
        select s.id, split_part(s.id, '-', 1), s.count
        from unnest(p_stream_commit, p_stream_id, p_stream_expected, p_stream_count) s(commit_no, id, expected, count)
        where s.expected = 0 and s.count > 0 and s.commit_no <> all (v_out)
        order by s.id
        on conflict do nothing
        returning id)
    select coalesce(array_agg(id), '{}') into v_taken from opened;
    -- Somebody else opened the stream meanwhile: that commit loses as a whole, so what it already wrote goes again.
    select coalesce(array_agg(distinct s.commit_no), '{}') into v_late
    from unnest(p_stream_commit, p_stream_id, p_stream_expected, p_stream_count) s(commit_no, id, expected, count)
    where s.expected = 0 and s.count > 0 and s.commit_no <> all (v_out) and s.id <> all (v_taken);
    if cardinality(v_late) > 0 then
        select v_lost || array_agg(s.commit_no), v_lost_stream || array_agg(s.id), v_lost_expected || array_agg(0::bigint), v_lost_actual || array_agg(m.version)
        into v_lost, v_lost_stream, v_lost_expected, v_lost_actual
        from unnest(p_stream_commit, p_stream_id, p_stream_expected, p_stream_count) s(commit_no, id, expected, count)
        join mt_streams m on m.id = s.id
        where s.expected = 0 and s.count > 0 and s.commit_no = any (v_late) and s.id <> all (v_taken);
        delete from inbox i using unnest(p_keys) with ordinality k(key, no) where i.key = k.key and k.no = any (v_late);
        delete from mt_streams m using unnest(p_stream_commit, p_stream_id) s(commit_no, id)
        where m.id = s.id and s.commit_no = any (v_late) and s.id = any (v_taken);
        v_out := v_out || v_late;
    end if;

    update mt_streams m set version = m.version + s.count, timestamp = clock_timestamp()
    from unnest(p_stream_commit, p_stream_id, p_stream_expected, p_stream_count) s(commit_no, id, expected, count)
    where m.id = s.id and s.expected > 0 and s.count > 0 and s.commit_no <> all (v_out);

    with numbered as (
        insert into mt_events (seq_id, id, stream_id, version, data, type, headers, user_name, correlation_id, causation_id)
        select nextval('mt_events_sequence'), e.id, e.stream_id, e.version, e.data, e.type, e.headers, e.user_name, e.correlation, e.causation
        from (
            select * from unnest(p_event_commit, p_event_stream, p_event_version, p_event_id, p_event_type,
                p_event_data, p_event_headers, p_event_user, p_event_correlation, p_event_causation)
                with ordinality x(commit_no, stream_id, version, id, type, data, headers, user_name, correlation, causation, no)
            where x.commit_no <> all (v_out)
            order by x.no) e
        returning seq_id, id)
    select coalesce(array_agg(c.commit_no), '{}'), coalesce(array_agg(c.last), '{}') into v_commits, v_last
    from (
        select x.commit_no, max(n.seq_id) as last
        from numbered n join unnest(p_event_id, p_event_commit) x(id, commit_no) on x.id = n.id
        group by x.commit_no) c;

    insert into deadlines (name, stream_id, due_at)
    select d.name, d.stream_id, d.due_at
    from unnest(p_deadline_commit, p_deadline_name, p_deadline_stream, p_deadline_due) d(commit_no, name, stream_id, due_at)
    where d.commit_no <> all (v_out)
    on conflict do nothing;

    -- Once a call: it takes a lock of the whole server at commit.
    if cardinality(v_commits) > 0 then
        perform pg_notify('events_appended', '');
    end if;

    return query
    select k.no::int,
        case when h.no is not null then 2 when l.commit_no is not null then 1 else 0 end::smallint,
        pg_current_xact_id(), c.last, l.stream_id, l.expected, l.actual, i.transaction_id, i.fingerprint
    from unnest(p_keys) with ordinality k(key, no)
    left join unnest(v_handled) h(no) on h.no = k.no
    left join (select distinct on (x.commit_no) * from unnest(v_lost, v_lost_stream, v_lost_expected, v_lost_actual) x(commit_no, stream_id, expected, actual)) l on l.commit_no = k.no
    left join unnest(v_commits, v_last) c(commit_no, last) on c.commit_no = k.no
    left join inbox i on h.no is not null and i.key = k.key;
end $$;
