/** A task that ends in .json, .yaml or .yml is a file, relative to the recipe; any other is the name of a task. */
export function isTaskFile(task: string): boolean {
  return /\.(json|ya?ml)$/i.test(task);
}

/** What a task is called unless its recipe says: its own name, or that of its file without folders and ending. */
export function taskName(task: string): string {
  return isTaskFile(task) ? task.slice(task.lastIndexOf('/') + 1).replace(/\.[^.]+$/, '') : task;
}
