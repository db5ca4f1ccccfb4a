/** As the program names itself. */
export const version = '0.1.0';
