# slides/
