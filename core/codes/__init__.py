"""The QR codes there are: what each means, planned, made by the platform, loaded, listed, retired."""
