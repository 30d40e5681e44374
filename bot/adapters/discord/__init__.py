"""Discord: what people send there becomes messages of ours, and replies become theirs."""
