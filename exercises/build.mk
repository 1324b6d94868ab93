# exercises/
