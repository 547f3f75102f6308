/** The mistakes of data, BP7101 to BP7199: what files, columns and splits can be told. All of them end a command with 4. */
import { codeTable, entriesEnding, example } from '../base/codes.ts';

const data = entriesEnding(4);

export const dataCodes = codeTable([
  data(
    'BP7101',
    'a data file that is not there',
    'Paths in a program are relative to the folder of the program. `npm:package/path` means a path inside an installed npm package.',
    example(
      'file',
      'data points = csv("dd.csv") { x: real[2]; y: class[3] }',
      'data points = csv("d.csv") { x: real[2]; y: class[3] }',
    ),
  ),
  data(
    'BP7102',
    'not an IDX file of the expected kind',
    'An IDX file begins with two zero bytes, the type of its numbers (08 for unsigned bytes) and the number of its axes: 00 00 08 03 for images, 00 00 08 01 for labels. Another beginning means another format, or a download that failed.',
    example(
      'command',
      'cp photo.png train-images-idx3-ubyte; bprune check p.bprune',
      'cp download/train-images-idx3-ubyte .; bprune check p.bprune',
    ),
  ),
  data(
    'BP7103',
    'a file whose length does not fit its header',
    'The header of an IDX or `.npy` file says how many numbers follow. Fewer bytes mean a copy or download that was cut off; more mean that something was appended.',
    example(
      'command',
      'head -c 1000 images.copy > train-images-idx3-ubyte; bprune check p.bprune',
      'cp images.copy train-images-idx3-ubyte; bprune check p.bprune',
    ),
  ),
  data(
    'BP7104',
    'a different number of images and labels',
    'The n-th label belongs to the n-th image, so both files must hold equally many. Files of two data sets, or of the training and test part, were probably mixed.',
    example(
      'command',
      'cp t10k-labels-idx1-ubyte train-labels-idx1-ubyte; bprune check p.bprune',
      'ls *-images-idx3-ubyte *-labels-idx1-ubyte; bprune check p.bprune',
    ),
  ),
  data(
    'BP7105',
    'images of another size than declared',
    'The type of an image column gives height, width and channels, `image[28, 28, 1]`; every image must have that size. Those of CIFAR-10 are `image[32, 32, 3]`; those of a folder can be brought to one size, `images("flowers", size = [32, 32])`.',
    example(
      'command',
      'echo \'data mnist = idx("mnist") { x: image[32, 32, 1]; y: class[10] }\' > p.bprune; bprune check p.bprune',
      'echo \'data mnist = idx("mnist") { x: image[28, 28, 1]; y: class[10] }\' > p.bprune; bprune check p.bprune',
    ),
  ),
  data(
    'BP7106',
    'a class that the column does not have',
    'A column `class[k]` holds the whole numbers 0, 1, ..., k - 1. Numbering from 1, or more classes than declared, are the usual reasons.',
    example('table', 'a,b,y\n0.5,1.5,1\n0.1,2.5,2\n0.2,0.5,3\n', 'a,b,y\n0.5,1.5,0\n0.1,2.5,1\n0.2,0.5,2\n'),
  ),
  data(
    'BP7107',
    'a compressed file that cannot be unpacked',
    'The name of the file ends in `.gz` but its content is no complete gzip stream: a download that was cut off or replaced by an error page. Reading the first part alone would train on less than there is.',
    example(
      'command',
      'head -c 1000 full.gz > train-images-idx3-ubyte.gz; bprune check p.bprune',
      'gzip -t train-images-idx3-ubyte.gz; bprune check p.bprune',
    ),
  ),
  data(
    'BP7108',
    'a file that is not made of CIFAR-10 records',
    'The binary version of CIFAR-10 has records of 3,073 bytes and no header: a class from 0 to 9, then 1,024 red, 1,024 green and 1,024 blue numbers. A length that is no multiple means a file that was cut off; another first byte means another format.',
    example(
      'command',
      'head -c 5000 data_batch_1.bin > cifar/data_batch_1.bin; bprune check p.bprune',
      'cp data_batch_1.bin cifar/; bprune check p.bprune',
    ),
  ),
  data(
    'BP7109',
    'not an array of NumPy',
    'An array of NumPy begins with the bytes 93 4e 55 4d 50 59 and a header that names its type, order and shape; an archive of arrays is a zip file whose members are such arrays. `np.save`, `np.savez` and `np.savez_compressed` write them.',
    example('command', 'cp answer.html digits.npz; bprune check p.bprune', 'file digits.npz; bprune check p.bprune'),
  ),
  data(
    'BP7110',
    'an archive that cannot be read',
    'An `.npz` file is a zip archive whose directory stands at the end, so that a download that was cut off has none. Members may be stored or deflated; other methods of packing and passwords cannot be read. Their checksums are verified.',
    example(
      'command',
      'head -c 100000 full.npz > digits.npz; bprune check p.bprune',
      'unzip -t digits.npz; bprune check p.bprune',
    ),
  ),
  data(
    'BP7111',
    'an array of a type that holds no numbers',
    'Arrays of truth values, whole numbers of 8 to 64 bits and floating-point numbers of 16, 32 and 64 bits can be used, in either byte order. Texts, objects, dates, complex numbers and records must be turned into those first.',
    example(
      'command',
      'python3 -c \'import numpy as np; np.savez("d.npz", y=["cat", "dog"])\'; bprune check p.bprune',
      'python3 -c \'import numpy as np; np.savez("d.npz", y=[0, 1])\'; bprune check p.bprune',
    ),
  ),
  data(
    'BP7112',
    'an array that is not there',
    'The column `x` takes the array `x_train` or `x`, and `x_test` in the split `test`, if `array = "..."` does not name another one. Every column needs its array in each split that there is.',
    example(
      'command',
      'echo \'data d = npz("d.npz") { x: real[2], array = "inptus"; y: real }\' > p.bprune; bprune check p.bprune',
      'echo \'data d = npz("d.npz") { x: real[2], array = "inputs"; y: real }\' > p.bprune; bprune check p.bprune',
    ),
  ),
  data(
    'BP7113',
    'an array of another shape than declared',
    'The first axis of an array counts rows. The others must be those of the column: `image[28, 28, 1]` is an array of shape (rows, 28, 28) or (rows, 28, 28, 1), `real[d]` one of (rows, d), `real` and `class[k]` one of (rows).',
    example(
      'command',
      'echo \'data d = npz("d.npz") { x: real[3]; y: real }\' > p.bprune; bprune check p.bprune',
      'echo \'data d = npz("d.npz") { x: real[2]; y: real }\' > p.bprune; bprune check p.bprune',
    ),
  ),
  data(
    'BP7114',
    'columns of different length',
    'The n-th rows of all columns belong together, so all of them must have equally many. Arrays of two splits, or of two data sets, were probably mixed.',
    example(
      'command',
      'python3 -c \'import numpy as np; np.savez("d.npz", x=np.zeros((4, 2)), y=np.zeros(3))\'; bprune check p.bprune',
      'python3 -c \'import numpy as np; np.savez("d.npz", x=np.zeros((4, 2)), y=np.zeros(4))\'; bprune check p.bprune',
    ),
  ),
  data(
    'BP7115',
    'more numbers than fit',
    'An array may take 2 GiB of memory. A small archive can promise more than that: look where it comes from.',
    example(
      'command',
      'python3 -c \'import numpy as np; np.savez_compressed("d.npz", x=np.zeros((10**9, 3)), y=np.zeros(10**9))\'; bprune check p.bprune',
      'python3 -c \'import numpy as np; np.savez_compressed("d.npz", x=np.zeros((10**6, 3)), y=np.zeros(10**6))\'; bprune check p.bprune',
    ),
  ),
  data(
    'BP7116',
    'a class without images',
    'The folder that `images` names has one folder for each class, and each of them has PNG or JPEG files in it (`.png`, `.jpg`, `.jpeg`). Of two such folders, one to train and one to test, both are named: `images("flowers/train", test = "flowers/test")`.',
    example(
      'command',
      'mkdir flowers/rose; bprune check p.bprune',
      'mkdir flowers/rose; cp photos/rose*.jpg flowers/rose; bprune check p.bprune',
    ),
  ),
  data(
    'BP7117',
    'an image that cannot be read',
    'PNG and JPEG files are known by their first bytes, whatever their names say, and are unpacked as a whole: a download that was cut off, or another format under a wrong name, is found. Images whose parts are transparent have no colours there: put them on a background first.',
    example(
      'command',
      'head -c 100 rose.png > flowers/rose/1.png; bprune run p.bprune',
      'cp rose.png flowers/rose/1.png; bprune run p.bprune',
    ),
  ),
  data(
    'BP7119',
    'not a JSON object',
    'The file must be one JSON object whose names stand for numbers and lists: `{ "x": [[1, 2], [3, 4]], "y": [5, 6] }`. JSON has no NaN and no infinity.',
    example(
      'command',
      'echo \'{"x": [1, 2,], "y": [3, 4]}\' > d.json; bprune check p.bprune',
      'echo \'{"x": [1, 2], "y": [3, 4]}\' > d.json; bprune check p.bprune',
    ),
  ),
  data(
    'BP7120',
    'a JSON value that is no list of numbers',
    'A column is a list with one number for each row, or with one list of numbers, all of equal length, for each row. Texts, truth values and `null` are no numbers.',
    example(
      'command',
      'echo \'{"x": [1, null], "y": [3, 4]}\' > d.json; bprune check p.bprune',
      'echo \'{"x": [1, 2], "y": [3, 4]}\' > d.json; bprune check p.bprune',
    ),
  ),
  data(
    'BP7121',
    'a CSV file that cannot be taken apart',
    'Cells are separated by commas; a cell that contains a comma, a line break or a quotation mark stands in double quotes, and quotation marks in it are doubled. A quotation mark that is never closed swallows the rest of the file.',
    example('table', 'a,b,y\n0.5,"1.5,1\n0.1,2.5,2\n', 'a,b,y\n0.5,1.5,1\n0.1,2.5,2\n'),
  ),
  data(
    'BP7122',
    'a CSV file without names of columns',
    'The first row of a CSV file names its columns, each name once. The names are what `column` and `columns` refer to.',
    example('table', '0.5,1.5,1\n0.1,2.5,2\n', 'a,b,y\n0.5,1.5,1\n0.1,2.5,2\n'),
  ),
  data(
    'BP7123',
    'a column that the file does not have',
    'A column of the declaration takes the column of the file with its own name, or those that `column = "..."` or `columns = ["...", "..."]` name. Upper and lower case count.',
    example(
      'file',
      'data points = csv("d.csv") { x: real[2], columns = ["a", "c"]; y: class[3] }',
      'data points = csv("d.csv") { x: real[2], columns = ["a", "b"]; y: class[3] }',
    ),
  ),
  data(
    'BP7124',
    'a row with too many or too few cells',
    'Every row must have as many cells as the first one has names. A comma inside a text without quotes, or a decimal comma, gives a row more cells.',
    example('table', 'a,b,y\n0,5,1.5,1\n0.1,2.5,2\n', 'a,b,y\n0.5,1.5,1\n0.1,2.5,2\n'),
  ),
  data(
    'BP7125',
    'a cell that is not a number',
    'Columns of `real` and `class` hold numbers such as `12`, `-0.5` or `1e-3`. Texts must be turned into numbers first; leave out a column by naming the others in `columns`.',
    example('table', 'a,b,y\nsmall,1.5,1\n0.1,2.5,2\n', 'a,b,y\n0.5,1.5,1\n0.1,2.5,2\n'),
  ),
  data(
    'BP7126',
    'a cell without a usable value',
    'An empty cell, NaN or an infinity would make every loss and gradient NaN. Remove these rows, or put in a value that you can stand by.',
    example('table', 'a,b,y\n,1.5,1\n0.1,2.5,2\n', 'a,b,y\n0.5,1.5,1\n0.1,2.5,2\n'),
  ),
  data(
    'BP7127',
    'a file without rows',
    'There must be something to learn from: below the names of the columns of a table at least one row of numbers, in a file of images at least one image. The names of columns alone are no data.',
    example('table', 'a,b,y\n', 'a,b,y\n0.5,1.5,1\n0.1,2.5,2\n'),
  ),
  data(
    'BP7128',
    'a different number of columns than the type says',
    '`real[d]` is made of d columns of the file, in the order of `columns`, or of all columns that no other line takes. Fewer or more of them give no row of d numbers.',
    example(
      'file',
      'data points = csv("d.csv") { x: real[2], columns = ["a"]; y: class[3] }',
      'data points = csv("d.csv") { x: real[2], columns = ["a", "b"]; y: class[3] }',
    ),
  ),
  data(
    'BP7129',
    'one column given twice over',
    '`column` names one column and `columns` a list; a line of the declaration has one of the two. With both, nothing says which of them is meant.',
    example(
      'file',
      'data points = csv("d.csv") { x: real[2], columns = ["a", "b"]; y: class[3], column = "y", columns = ["y"] }',
      'data points = csv("d.csv") { x: real[2], columns = ["a", "b"]; y: class[3], column = "y" }',
    ),
  ),
  data(
    'BP7131',
    'a number of a row or column that does not exist',
    '`index_features.txt` and `index_target.txt` name columns of `data.txt`, `index_test_0.txt` and the like rows, all of them whole numbers from 0, each once. A number that is too large means files of two data sets.',
    example(
      'command',
      'cp concrete/index_test_0.txt yacht/; bprune check p.bprune',
      'ls yacht/index_test_*.txt; bprune check p.bprune',
    ),
  ),
  data(
    'BP7132',
    'a fold that does not exist',
    '`fold = k` takes the k-th split into training and test rows, from 1. The file of the first one is `index_test_0.txt`.',
    example(
      'command',
      'echo \'data d = uci("yacht", fold = 21) { x: real[6]; y: real }\' > p.bprune; bprune check p.bprune',
      'echo \'data d = uci("yacht", fold = 20) { x: real[6]; y: real }\' > p.bprune; bprune check p.bprune',
    ),
  ),
  data(
    'BP7141',
    'a split of more rows than there are',
    'The rows of a new split are taken out of another one, and at least one row must stay there; `only` cannot leave more rows than there are. Here the data have 100 rows to train.',
    example('data', 'validation = split(train, 100, seed = 1)', 'validation = split(train, 20, seed = 1)'),
  ),
  data(
    'BP7142',
    'a split of something that does not exist',
    'A split takes its rows from one that the files hold, or from one that is declared above it; `only` and `corrupt` are about such a split too. From any other name there is nothing to take.',
    example('data', 'validation = split(trian, 20, seed = 1)', 'validation = split(train, 20, seed = 1)'),
  ),
  data(
    'BP7143',
    'two splits of one name',
    'Each split has its own name, those that the files bring with them among them. With two of one name, nothing would say which of them an `evaluate` step means.',
    example('data', 'test = split(train, 20, seed = 1)', 'validation = split(train, 20, seed = 1)'),
  ),
  data(
    'BP7144',
    'a split without rows',
    'A split has at least one row. A small share of few rows rounds to none: give the number of rows instead. After `only`, each split must have rows of the classes that are named.',
    example('data', 'validation = split(train, 0.1%, seed = 1)', 'validation = split(train, 1, seed = 1)'),
  ),
  data(
    'BP7151',
    'a column that does not vary',
    'Standardising divides by the standard deviation of the training rows. Where it is 0 nothing can be divided; the feature becomes 0 in every row and the model cannot use it.',
    example('table', 'a,b,y\n0.5,1,1\n0.1,1,2\n', 'a,b,y\n0.5,1.5,1\n0.1,2.5,2\n'),
  ),
  data(
    'BP7152',
    'files that are no images of a class',
    'In the folder that `images` names, folders are classes, and the PNG and JPEG files in them are images. Other files are passed over, and so are folders within those of the classes.',
    example(
      'command',
      'cp notes.txt flowers/rose; bprune run p.bprune',
      'mv flowers/rose/notes.txt .; bprune run p.bprune',
    ),
  ),
  data(
    'BP7161',
    'a row that cannot be drawn',
    'The arguments of a distribution are computed for every row from the columns above. Scales must be positive and all numbers finite in each of them; the first row where they are not is named.',
    example(
      'data',
      'y: class[3] ~ Categorical(logits = [exp(1000 * x[1] ^ 2), 0, 0])',
      'y: class[3] ~ Categorical(logits = [x[1] ^ 2, 0, 0])',
    ),
  ),
  data(
    'BP7162',
    'more simulated numbers than fit',
    'Simulated data are held in memory: at most 268,435,456 numbers for a column of a split, which take 1 GiB. More would fill the memory before training begins.',
    example(
      'file',
      'data points = simulate(n = 200_000_000) { x: real[2] ~ Normal(0, 1); y: class[3] ~ Categorical(logits = 0) }',
      'data points = simulate(n = 100) { x: real[2] ~ Normal(0, 1); y: class[3] ~ Categorical(logits = 0) }',
    ),
  ),
]);
