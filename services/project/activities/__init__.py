"""Activities: what people and agents did, made of what the services tell, and read by those who may see it."""
