"""Random programs that route around singular places, and their derivatives by numbers that know structural zeros."""
