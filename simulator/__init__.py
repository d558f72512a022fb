"""A stand-in for ConnectWise PSA, Cisco Umbrella and the console gateways, written from the vendors' documents only."""
