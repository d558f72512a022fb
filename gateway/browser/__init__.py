"""One Chromium: its profiles, its screens by roles and accessible names, and pictures of them."""
