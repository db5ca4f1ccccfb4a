/** The title of a page for whoever is not signed in, and one sentence below it. */
export function PageHeading({ title, text }: { readonly title: string; readonly text?: string | undefined }) {
  return (
    <>
      <title>{`${title} · Atelier`}</title>
      <h1 className="mb-1 text-5 font-semibold tracking-tight">{title}</h1>
      {text !== undefined && <p className="mb-6 break-words text-soft">{text}</p>}
    </>
  );
}
