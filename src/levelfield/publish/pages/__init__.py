"""One module for each kind of page: from a site's data to the pages, without any HTML."""
