using System.Net.Sockets;
using Npgsql;
using Shouldly;
using Xunit;

namespace Distribution.EventStore.Tests;

/// <summary>Telling a database that is away from one that refuses.</summary>
public sealed class Database_faults
{
    [Theory]
    [InlineData(PostgresErrorCodes.AdminShutdown)]
    [InlineData(PostgresErrorCodes.CannotConnectNow)]
    [InlineData(PostgresErrorCodes.DiskFull)]
    [InlineData(PostgresErrorCodes.TooManyConnections)]
    [InlineData(PostgresErrorCodes.SerializationFailure)]
    public void A_server_that_is_away_or_busy_passes(string sqlState) =>
        DatabaseFault.IsPassing(new PostgresException("refused", "ERROR", "ERROR", sqlState)).ShouldBeTrue();

    [Theory]
    [InlineData(PostgresErrorCodes.UniqueViolation)]
    [InlineData(PostgresErrorCodes.SyntaxError)]
    [InlineData(PostgresErrorCodes.InsufficientPrivilege)]
    public void A_statement_that_the_server_refuses_does_not(string sqlState) =>
        DatabaseFault.IsPassing(new PostgresException("refused", "ERROR", "ERROR", sqlState)).ShouldBeFalse();

    [Fact]
    public void A_broken_connection_passes_and_a_mistake_of_ours_does_not()
    {
        DatabaseFault.IsPassing(new SocketException()).ShouldBeTrue();
        DatabaseFault.IsPassing(new TimeoutException()).ShouldBeTrue();
        DatabaseFault.IsPassing(new NpgsqlException("broken", new IOException())).ShouldBeTrue();
        DatabaseFault.IsPassing(new NpgsqlException("misused")).ShouldBeFalse();
        DatabaseFault.IsPassing(new InvalidOperationException()).ShouldBeFalse();
    }
}
