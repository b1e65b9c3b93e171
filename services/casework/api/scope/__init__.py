"""Who sees and does what in casework: by roles, and for cases, duties and mandatory reports."""
