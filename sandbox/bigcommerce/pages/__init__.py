"""The control panel for people: installing, the app in its frame, panels beside customers, checkouts of apps."""
