CREATE POLICY own ON orders USING (note = current_user);
