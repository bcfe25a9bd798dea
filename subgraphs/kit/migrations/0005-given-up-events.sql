-- The few events that were given up are offered again from time to time, and counted for whoever looks after the agency.
create index outbox_given_up on outbox (destination, next_attempt_at) where delivered_at is null and failed_at is not null;
