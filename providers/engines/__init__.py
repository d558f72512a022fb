"""The engines that run the resources, a folder each. Nothing outside a folder knows its engine's quirks."""
