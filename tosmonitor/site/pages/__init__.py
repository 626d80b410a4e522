"""The pages, by what they are about. Each is a function of a visit that returns an answer."""
