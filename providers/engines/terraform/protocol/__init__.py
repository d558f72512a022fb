"""The messages of the plugin protocol: two descriptions in our words, and what `protoc` makes of them."""
