"""What is done to whole tables now and then: encrypting anew, and deleting what was kept long enough."""
