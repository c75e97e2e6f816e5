-- What a delivery was about, so that the same thing found another way is not done twice.
ALTER TABLE deliveries ADD COLUMN natural_key TEXT COLLATE "C";
CREATE INDEX deliveries_natural_key ON deliveries (natural_key, received_at) WHERE natural_key IS NOT NULL;
