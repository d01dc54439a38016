"""What can be measured of speech itself; imports none of the other packages."""
