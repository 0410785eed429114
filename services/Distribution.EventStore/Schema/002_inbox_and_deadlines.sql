-- What has been handled: a message id or a caller's idempotency key, written with the events that answer it.
create table inbox (
    key varchar primary key,
    fingerprint varchar null,
    transaction_id xid8 not null default pg_current_xact_id(),
    handled_at timestamptz not null default clock_timestamp()
);

-- What waits. Rows leave when they have been handled; a row that fails stays, with why.
create table deadlines (
    name varchar not null,
    stream_id varchar not null,
    due_at timestamptz not null,
    attempts int not null default 0,
    retry_at timestamptz null,
    last_error varchar null,
    primary key (name, stream_id, due_at)
);

create index ix_deadlines_due on deadlines (coalesce(retry_at, due_at));

-- Which build of a projection its readers see.
create table projections (
    name varchar primary key,
    version int not null,
    build varchar not null
);

create schema read;
