"""Web map, index page, style: the only room that draws."""
