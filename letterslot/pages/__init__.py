"""How public pages look: templates, styles, translations."""
