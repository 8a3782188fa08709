"""The few things that every room shares: errors, periods, money, values, definitions."""
