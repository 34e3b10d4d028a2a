"""How much the pages cost, at 1,000 and at 100,000 cases: `make bench`. No part of the tests."""
