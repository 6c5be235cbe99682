"""The JSON interface: read a body, call one service, answer with a view."""
