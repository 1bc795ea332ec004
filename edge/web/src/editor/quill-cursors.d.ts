/* The style sheet of quill-cursors, as its package names it. */
declare module "quill-cursors/css";
