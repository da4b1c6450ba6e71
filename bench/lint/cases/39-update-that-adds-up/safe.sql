UPDATE rates SET rate = 2 WHERE code = 'EUR';
