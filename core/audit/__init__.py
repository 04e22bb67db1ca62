"""Who did what, when: a log that is only added to, and in which every change is found."""
