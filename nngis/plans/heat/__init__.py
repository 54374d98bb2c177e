"""Heat: which coal boilers close inside the supply radius of large CHP units."""
