"""A comment section as most would begin one: a model, a ModelForm and two views."""
