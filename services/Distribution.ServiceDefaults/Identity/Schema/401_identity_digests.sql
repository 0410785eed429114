-- What two registrations of one person have in common, as keyed digests: without the secret nobody can try guesses against them.
create table identity_secret (
    single boolean primary key default true check (single),
    secret bytea not null check (octet_length(secret) = 32)
);

create table identity_digest (
    subject uuid primary key,
    ordinal bigint generated always as identity,
    national_id bytea not null constraint uq_identity_digest_national_id unique,
    name_and_birth bytea not null
);

create index ix_identity_digest_name_and_birth on identity_digest (name_and_birth, ordinal);

-- A pseudonym whose person was forgotten: a registration that is sent again must not bring the person back.
create table identity_forgotten (
    subject uuid primary key,
    forgotten_at timestamptz not null default now()
);
