"""The reference pages of the manual: each module makes one page from definitions and specs."""
