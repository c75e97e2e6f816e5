-- Most bodies fit into a page beside their row: one insert instead of one for each 2 KB of them.
ALTER TABLE deliveries SET (toast_tuple_target = 8160);
