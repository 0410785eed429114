-- The event tables as Marten 9 lays them out for string stream identity, so that Marten opens the same data.
-- Ours: mt_events.transaction_id with its index, and the defaults on seq_id, id, timestamp. No foreign key from
-- events to streams: append_commits checks the same thing and the key costs about a third of the load rate.
create table mt_streams (
    id varchar primary key,
    type varchar null,
    version bigint not null,
    timestamp timestamptz not null default now(),
    created timestamptz not null default now(),
    tenant_id varchar default '*DEFAULT*',
    is_archived boolean default false
) with (fillfactor = 90);

create sequence mt_events_sequence;

create table mt_events (
    seq_id bigint primary key default nextval('mt_events_sequence'),
    id uuid not null,
    stream_id varchar not null,
    version bigint not null,
    data jsonb not null,
    bdata bytea null,
    type varchar(500) not null,
    timestamp timestamptz not null default clock_timestamp(),
    tenant_id varchar default '*DEFAULT*',
    mt_dotnet_type varchar null,
    correlation_id varchar null,
    causation_id varchar null,
    headers jsonb null,
    user_name varchar null,
    is_archived boolean default false,
    transaction_id xid8 not null default pg_current_xact_id(),
    constraint uq_mt_events_stream_version unique (stream_id, version)
);

alter sequence mt_events_sequence owned by mt_events.seq_id;

-- The order in which the log is read.
create index ix_mt_events_log on mt_events (transaction_id, seq_id);

-- last_seq_id is Marten's; transaction_id makes the pair that our readers resume from.
create table mt_event_progression (
    name varchar primary key,
    last_seq_id bigint not null default 0,
    last_updated timestamptz default transaction_timestamp(),
    transaction_id xid8 not null default '0'
);

-- A recorded event stays as it is, whoever is asking.
create function refuse_change_of_history() returns trigger language plpgsql as $$
begin
    raise exception 'events are never changed or removed' using errcode = '42501';
end $$;

create trigger events_are_immutable before update or delete or truncate on mt_events
    for each statement execute function refuse_change_of_history();
