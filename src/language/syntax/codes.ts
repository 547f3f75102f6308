/** The mistakes of form: BP1001 to BP1099. */
