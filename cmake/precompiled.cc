// The object that owns the rooms' precompiled header; it holds nothing.
