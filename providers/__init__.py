"""Objects as state: what ConnectWise PSA and Cisco Umbrella hold, as Pulumi resources."""
