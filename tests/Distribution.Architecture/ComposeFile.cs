using System.Text.RegularExpressions;
using Distribution.ServiceDefaults.Hosting;
using Distribution.Testing;
using Shouldly;
using Xunit;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Distribution.Architecture;

/// <summary>No container engine runs where this is developed, so docker-compose.yml is held true to the hosts by comparison.</summary>
public sealed partial class ComposeFile
{
    private const string ServiceDockerfile = "infra/docker/service.Dockerfile";

    private static readonly ComposeNode Compose = ComposeNode.Load(PathTo("docker-compose.yml"));
    private static readonly ComposeNode Containers = Compose["services"];

    /// <summary>The four services, by the folders of their hosts: "Inventory".</summary>
    private static IReadOnlyList<string> Hosts { get; } =
    [
        .. Directory.GetDirectories(PathTo("services"))
            .Where(folder => File.Exists(Path.Combine(folder, "Service", "Program.cs")))
            .Select(folder => Path.GetFileName(folder)!)
            .Order(StringComparer.Ordinal),
    ];

    public static TheoryData<string> Services => [.. Hosts];

    [Fact]
    public void The_four_services_are_found() => Hosts.ShouldBe(["Dispatch", "Donation", "Inventory", "Request"]);

    [Fact]
    public void Nothing_but_the_hosts_their_migrations_and_their_nodes_runs() =>
        Containers.Keys.Order(StringComparer.Ordinal).ShouldBe(
            new[] { "postgres", "rabbitmq", "signing-key", "workbench" }
                .Concat(Hosts.SelectMany(host => new[] { Lower(host), $"{Lower(host)}-migrate" }))
                .Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_and_its_migration_are_built_from_the_services_project(string host)
    {
        foreach (var container in Both(host))
        {
            container["build"]["context"].Text.ShouldBe(".");
            container["build"]["dockerfile"].Text.ShouldBe(ServiceDockerfile);
            container["build"]["args"]["SERVICE"].Text.ShouldBe(host);
        }

        var project = ReadText(ServiceDockerfile).Split('"').Single(part => part.EndsWith(".csproj", StringComparison.Ordinal));
        File.Exists(PathTo(project.Replace("${SERVICE}", host, StringComparison.Ordinal))).ShouldBeTrue($"{project} of {host}");
        Containers[$"{Lower(host)}-migrate"]["command"].Items.Select(item => item.Text).ShouldBe(["migrate"]);
        Containers[Lower(host)].Keys.ShouldNotContain("command");
    }

    [Fact]
    public void The_image_runs_the_assembly_that_the_project_makes() =>
        ReadText(ServiceDockerfile).ShouldContain("/app/Distribution.${SERVICE}.Service.dll");

    [Fact]
    public void Every_file_that_an_image_copies_exists()
    {
        foreach (var dockerfile in Directory.GetFiles(PathTo("infra/docker"), "*.Dockerfile"))
        {
            foreach (var source in CopiedFile().Matches(File.ReadAllText(dockerfile)).Select(match => match.Groups["source"].Value))
                Path.Exists(PathTo(source)).ShouldBeTrue($"{source} in {dockerfile}");
            foreach (var project in ProjectFile().Matches(File.ReadAllText(dockerfile)).Select(match => match.Value))
                File.Exists(PathTo(project.Replace("${SERVICE}", "Inventory", StringComparison.Ordinal))).ShouldBeTrue(project);
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_is_given_only_keys_that_its_host_reads(string host)
    {
        var known = HostConfiguration.Keys.Select(key => VariableOf(key, host)).ToHashSet(StringComparer.Ordinal);
        foreach (var container in Both(host))
            container["environment"].Keys.ShouldBeSubsetOf(known);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_is_given_every_key_that_it_cannot_start_without_and_never_the_owners_password(string host)
    {
        var given = Containers[Lower(host)]["environment"].Keys;
        given.Order(StringComparer.Ordinal).ShouldBe(new[]
        {
            VariableOf("ConnectionStrings:{service}", host),
            VariableOf(HostConfiguration.BrokerKey, host),
            VariableOf(HostConfiguration.SigningKeyFileKey, host),
            VariableOf(HostConfiguration.PolicyFileKey, host),
            VariableOf(HostConfiguration.RegionFileKey, host),
        }.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void A_migration_gets_the_owners_connection_and_the_role_to_grant_to(string host)
    {
        var environment = Containers[$"{Lower(host)}-migrate"]["environment"];
        environment.Keys.Order(StringComparer.Ordinal).ShouldBe(
            new[] { VariableOf("ConnectionStrings:{service}_owner", host), VariableOf(HostConfiguration.AppRoleKey, host) }.Order(StringComparer.Ordinal));
        environment[VariableOf(HostConfiguration.AppRoleKey, host)].Text.ShouldBe($"{Lower(host)}_app");
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Connections_name_the_database_and_roles_that_the_init_script_makes(string host)
    {
        var service = Lower(host);
        var script = ReadText("infra/postgres/init/10-databases.sh");
        ServiceLoop().Match(script).Groups["names"].Value.Split(' ').ShouldContain(service);
        script.ShouldContain("${service}_owner");
        script.ShouldContain("${service}_app");

        ConnectionIs(Containers[$"{service}-migrate"]["environment"][VariableOf("ConnectionStrings:{service}_owner", host)].Text, service, "owner");
        ConnectionIs(Containers[service]["environment"][VariableOf("ConnectionStrings:{service}", host)].Text, service, "app");
    }

    [Fact]
    public void The_init_script_is_given_a_password_for_each_role()
    {
        var environment = Containers["postgres"]["environment"];
        environment.Keys.Order(StringComparer.Ordinal).ShouldBe(
            new[] { "POSTGRES_PASSWORD" }
                .Concat(Hosts.SelectMany(host => new[] { $"{Upper(host)}_OWNER_PASSWORD", $"{Upper(host)}_APP_PASSWORD" }))
                .Order(StringComparer.Ordinal));
        foreach (var name in environment.Keys)
            VariableNamesIn(environment[name].Text).ShouldBe([name]);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void The_broker_address_is_the_brokers_own(string host)
    {
        var broker = Containers["rabbitmq"]["environment"];
        var password = broker["RABBITMQ_DEFAULT_PASS"].Text;
        var address = Containers[Lower(host)]["environment"][VariableOf(HostConfiguration.BrokerKey, host)].Text;
        address.ShouldContain(password);

        var uri = new Uri(address.Replace(password, "password", StringComparison.Ordinal));
        uri.Scheme.ShouldBe("amqp");
        uri.Host.ShouldBe("rabbitmq");
        uri.Port.ToString(System.Globalization.CultureInfo.InvariantCulture).ShouldBe(Containers["rabbitmq"]["healthcheck"]["test"].Items[^1].Text);
        uri.UserInfo.ShouldBe($"{broker["RABBITMQ_DEFAULT_USER"].Text}:password");
        uri.AbsolutePath.ShouldBe($"/{broker["RABBITMQ_DEFAULT_VHOST"].Text}");
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_is_published_on_loopback_at_the_port_that_its_host_binds(string host)
    {
        var published = Containers[Lower(host)]["ports"].Items.ShouldHaveSingleItem().Text.Split(':');
        published.Length.ShouldBe(3);
        published[0].ShouldBe("127.0.0.1");
        published[2].ShouldBe(BoundPort());
    }

    [Fact]
    public void Every_published_port_is_on_loopback_and_published_once()
    {
        var published = Containers.Keys
            .Where(name => Containers[name].Keys.Contains("ports"))
            .SelectMany(name => Containers[name]["ports"].Items)
            .Select(port => port.Text)
            .ToList();
        published.ShouldAllBe(port => port.StartsWith("127.0.0.1:", StringComparison.Ordinal));
        published.Select(port => port.Split(':')[1]).ShouldBeUnique();
    }

    [Fact]
    public void The_image_exposes_the_port_that_it_binds() => ReadText(ServiceDockerfile).ShouldContain($"EXPOSE {BoundPort()}\n");

    [Theory]
    [MemberData(nameof(Services))]
    public void Health_is_asked_where_the_host_answers(string host)
    {
        var test = Containers[Lower(host)]["healthcheck"]["test"].Items.Select(item => item.Text);
        test.ShouldBe(["CMD", "answers", BoundPort(), HostConfiguration.ReadyPath]);
        ReadText(ServiceDockerfile).ShouldContain("/usr/local/bin/answers");
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_starts_when_its_schema_its_key_and_its_nodes_are_there(string host)
    {
        var service = Lower(host);
        Conditions(service).ShouldBe(
            [$"{service}-migrate: service_completed_successfully", "postgres: service_healthy", "rabbitmq: service_healthy", "signing-key: service_completed_successfully"],
            ignoreOrder: true);
        Conditions($"{service}-migrate").ShouldBe(["postgres: service_healthy"]);
        Containers[service]["restart"].Text.ShouldBe("unless-stopped");
        Containers[$"{service}-migrate"].Keys.ShouldNotContain("restart", "a job that has ended stays ended");
    }

    [Fact]
    public void Whatever_must_be_healthy_has_a_health_check()
    {
        foreach (var awaited in Containers.Keys.SelectMany(Conditions).Where(condition => condition.EndsWith("service_healthy", StringComparison.Ordinal)))
            Containers[awaited.Split(':')[0]].Keys.ShouldContain("healthcheck");
    }

    [Fact]
    public void Every_mount_is_a_declared_volume_or_exists_in_the_repository()
    {
        var declared = Compose["volumes"].Keys;
        var used = new List<string>();
        foreach (var mount in Containers.Keys.SelectMany(Mounts))
        {
            if (mount.Source.StartsWith("./", StringComparison.Ordinal))
                Path.Exists(PathTo(mount.Source)).ShouldBeTrue(mount.Source);
            else
                used.Add(mount.Source);
        }

        used.Distinct(StringComparer.Ordinal).ShouldBe(declared, ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Every_file_that_a_service_is_pointed_at_is_mounted(string host)
    {
        var environment = Containers[Lower(host)]["environment"];
        foreach (var key in new[] { HostConfiguration.PolicyFileKey, HostConfiguration.RegionFileKey })
        {
            var file = environment[VariableOf(key, host)].Text;
            var mount = Mounts(Lower(host)).Where(mount => file.StartsWith(mount.Target + "/", StringComparison.Ordinal)).ShouldHaveSingleItem();
            File.Exists(PathTo(mount.Source + file[mount.Target.Length..])).ShouldBeTrue(file);
        }

        var signingKey = environment[VariableOf(HostConfiguration.SigningKeyFileKey, host)].Text;
        var maker = Containers["signing-key"];
        maker["command"].Items.Select(item => item.Text).ShouldBe(["key"]);
        maker["environment"][VariableOf(HostConfiguration.SigningKeyFileKey, host)].Text.ShouldBe(signingKey);
        Mounts(Lower(host)).ShouldContain(mount => mount.Source == "signing-key" && signingKey.StartsWith(mount.Target + "/", StringComparison.Ordinal));
        Mounts("signing-key").ShouldContain(mount => mount.Source == "signing-key" && signingKey.StartsWith(mount.Target + "/", StringComparison.Ordinal));
        ReadText(Containers["signing-key"]["build"]["dockerfile"].Text).ShouldContain($"mkdir {Path.GetDirectoryName(signingKey)} ");
    }

    [Fact]
    public void Secrets_come_from_variables_that_must_be_set_and_that_the_example_names_without_a_value()
    {
        var text = ReadText("docker-compose.yml");
        var example = ReadText(".env.example").Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#').ToList();

        AnyVariable().Matches(text).Select(match => match.Value).ShouldAllBe(variable => variable.Contains(":?", StringComparison.Ordinal));
        VariableNamesIn(text).Distinct(StringComparer.Ordinal).ShouldBe(example.Select(line => line.Split('=')[0]), ignoreOrder: true);
        example.ShouldAllBe(line => line.EndsWith("=change-me", StringComparison.Ordinal));
        PasswordValue().Matches(text).Select(match => match.Groups["value"].Value).ShouldAllBe(value => value.StartsWith("${", StringComparison.Ordinal));
    }

    private static void ConnectionIs(string connection, string service, string role)
    {
        var parts = connection.Split(';').Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal);
        parts["Host"].ShouldBe("postgres");
        parts["Port"].ShouldBe(Containers["postgres"]["healthcheck"]["test"].Items.Select(item => item.Text).SkipWhile(item => item != "-p").ElementAt(1));
        parts["Database"].ShouldBe(service);
        parts["Username"].ShouldBe($"{service}_{role}");
        VariableNamesIn(connection).ShouldBe([$"{Upper(service)}_{Upper(role)}_PASSWORD"]);
    }

    private static string BoundPort() => BoundAddress().Match(ReadText(ServiceDockerfile)).Groups["port"].Value;

    private static IEnumerable<ComposeNode> Both(string host) => [Containers[Lower(host)], Containers[$"{Lower(host)}-migrate"]];

    private static IEnumerable<string> Conditions(string container) => Containers[container].Keys.Contains("depends_on")
        ? Containers[container]["depends_on"].Keys.Select(name => $"{name}: {Containers[container]["depends_on"][name]["condition"].Text}")
        : [];

    private static IEnumerable<(string Source, string Target)> Mounts(string container) => Containers[container].Keys.Contains("volumes")
        ? Containers[container]["volumes"].Items.Select(mount => mount.Text.Split(':')).Select(mount => (mount[0], mount[1]))
        : [];

    private static string VariableOf(string key, string host) =>
        key.Replace("{service}", Lower(host), StringComparison.Ordinal).Replace(":", "__", StringComparison.Ordinal);

    private static IEnumerable<string> VariableNamesIn(string text) => AnyVariable().Matches(text).Select(match => match.Groups["name"].Value);

#pragma warning disable CA1308 // Service, database and container names are lower case; nothing is normalized for comparison.
    private static string Lower(string name) => name.ToLowerInvariant();
#pragma warning restore CA1308

    private static string Upper(string name) => name.ToUpperInvariant();

    private static string PathTo(string relative) => Path.Combine(TestNodes.RepositoryRoot, relative);

    private static string ReadText(string relative) => File.ReadAllText(PathTo(relative));

    [GeneratedRegex(@"^ENV ASPNETCORE_URLS=http://\+:(?<port>\d+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex BoundAddress();

    [GeneratedRegex(@"^COPY (--chmod=\d+ )?(?<source>[\w./-]+) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex CopiedFile();

    [GeneratedRegex(@"[\w./${}]+\.csproj")]
    private static partial Regex ProjectFile();

    [GeneratedRegex(@"^for service in (?<names>[a-z ]+); do$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex ServiceLoop();

    [GeneratedRegex(@"\$\{(?<name>\w+)[^}]*\}", RegexOptions.ExplicitCapture)]
    private static partial Regex AnyVariable();

    [GeneratedRegex(@"(PASSWORD: |PASS: |Password=)(?<value>\S+)", RegexOptions.ExplicitCapture)]
    private static partial Regex PasswordValue();

    /// <summary>A value of the file with its anchors and merge keys resolved.</summary>
    private sealed class ComposeNode(YamlNode node, string path)
    {
        public IReadOnlyList<string> Keys => [.. Mapping.Children.Keys.Select(key => ((YamlScalarNode)key).Value!)];

        public IReadOnlyList<ComposeNode> Items => node is YamlSequenceNode sequence
            ? [.. sequence.Children.Select((child, index) => new ComposeNode(child, $"{path}[{index}]"))]
            : throw new ShouldAssertException($"{path} is no list");

        public string Text => (node as YamlScalarNode)?.Value ?? throw new ShouldAssertException($"{path} is no text");

        private YamlMappingNode Mapping => node as YamlMappingNode ?? throw new ShouldAssertException($"{path} is no mapping");

        public ComposeNode this[string key] => Mapping.Children.TryGetValue(new YamlScalarNode(key), out var child)
            ? new ComposeNode(child, $"{path}/{key}")
            : throw new ShouldAssertException($"{path} has no {key}");

        public static ComposeNode Load(string file)
        {
            var yaml = new YamlStream();
            using var reader = File.OpenText(file);
            yaml.Load(new MergingParser(new Parser(reader)));
            return new ComposeNode(yaml.Documents[0].RootNode, Path.GetFileName(file));
        }
    }
}
