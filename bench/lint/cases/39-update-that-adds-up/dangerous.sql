UPDATE rates SET rate = rate + 1 WHERE code = 'EUR';
