-- Run again at every migration. ${app} is the role the service works under.
grant delete on identity to ${app};
grant select, insert on identity_secret, identity_forgotten to ${app};
grant select, insert, delete on identity_digest to ${app};
