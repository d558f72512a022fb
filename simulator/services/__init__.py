"""The simulated services: ConnectWise PSA, Cisco Umbrella, the console gateways and the consoles' screens."""
