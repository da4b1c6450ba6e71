DROP POLICY IF EXISTS own ON orders;
CREATE POLICY own ON orders USING (note = current_user);
