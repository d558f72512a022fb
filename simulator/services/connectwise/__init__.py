"""ConnectWise PSA: a company, its REST API and the rules behind its screens."""
