-- People's identities, apart from the log and encrypted with a key per subject: deleting a key forgets a person.
create table identity_key (
    subject uuid primary key,
    key bytea not null check (octet_length(key) = 32)
);

-- No reference to identity_key: the row outlives its key, unreadable, so that forgetting is one delete.
create table identity (
    subject uuid primary key,
    ciphertext bytea not null,
    stored_at timestamptz not null default now()
);
